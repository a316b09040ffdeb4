import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { masterKeyFingerprint, masterKeyOrigin } from './master-key.js'
import { electionKeys } from './election-keys.js'

const masterKey = Buffer.alloc(32, 'maple syrup')

describe('the keys of an election', () => {
  const keys = electionKeys(masterKey, 'breakfast')

  test('recognise a voter however the number is spelled', () => {
    expect(keys.voterRef('roll', ' Zo\u00eb-1')).toEqual(keys.voterRef('roll', 'Zoe\u0308-1 '))
    for (const typed of ['v4', ' v4', '\uff36\uff14', 'V\u200b4', 'v4\u00a0']) expect(keys.voterRef('roll', typed), typed).toEqual(keys.voterRef('roll', 'V4'))
    expect(keys.voterRef('source:a', 'v4'), 'numbers of a source are its own').not.toEqual(keys.voterRef('source:a', 'V4'))
  })

  test('tell the roll from a source, and one source from another', () => {
    const refs = [keys.voterRef('roll', '1'), keys.voterRef('source:a', '1'), keys.voterRef('source:b', '1')]
    expect(new Set(refs.map((ref) => ref.toString('hex'))).size).toBe(3)
  })

  test('are others in another election and under another master key', () => {
    const prints = [keys, electionKeys(masterKey, 'lunch'), electionKeys(Buffer.alloc(32, 2), 'breakfast')].map(({ fingerprint }) => fingerprint.toString('hex'))
    expect(new Set(prints).size).toBe(3)
    expect(electionKeys(masterKey, 'breakfast').fingerprint).toEqual(keys.fingerprint)
  })

  test('scope an idempotency key to its voter', () => {
    const [ann, bob] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    expect(keys.idempotencyHash(ann, 'k')).not.toEqual(keys.idempotencyHash(bob, 'k'))
    expect(keys.idempotencyHash(ann, 'k')).toHaveLength(16)
    expect(keys.receiptKey(ann, 'k')).not.toEqual(keys.idempotencyHash(ann, 'k'))
  })

  test('give auditors a key of their own, from which no other follows', () => {
    const others = [
      keys.fingerprint, keys.voterRef('roll', ''), keys.codeHash(''), keys.idempotencyHash(Buffer.alloc(0), ''), keys.receiptKey(Buffer.alloc(0), ''),
      electionKeys(masterKey, 'lunch').auditKey, electionKeys(keys.auditKey, 'breakfast').auditKey,
    ].map((key) => key.toString('hex'))
    expect(keys.auditKey).toHaveLength(32)
    expect(others).not.toContain(keys.auditKey.toString('hex'))
    expect(electionKeys(masterKey, 'breakfast').auditKey).toEqual(keys.auditKey)
    // With it in place of the election's key nobody's reference comes out.
    const underAuditKey = createHmac('sha256', keys.auditKey).update('roll\0').update('1').digest()
    expect(underAuditKey).not.toEqual(keys.voterRef('roll', '1'))
  })
})

test('a master key has a fingerprint of its own, which is none of its keys', () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  expect(masterKeyFingerprint(one)).toHaveLength(32)
  expect(masterKeyFingerprint(one)).toEqual(masterKeyFingerprint(Buffer.from(one)))
  expect(masterKeyFingerprint(one)).not.toEqual(masterKeyFingerprint(other))
  expect(masterKeyFingerprint(one)).not.toEqual(one)
  expect([masterKeyOrigin({ home: '/home/of' }), masterKeyOrigin({ home: '/home/of', masterKey: '' }), masterKeyOrigin({ home: '/home/of', masterKey: 'x' })]).toEqual(['/home/of/master.key', '/home/of/master.key', 'LIVETALLY_MASTER_KEY'])
})
