import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { scramVerifier } from './scram-verifier.js'

test('is the one of the example in RFC 7677: the server signs with its key as it does there', () => {
  const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'))
  const [, head, keys = ''] = /^(SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==)\$(.*)$/.exec(verifier) ?? []
  expect(head).toBeDefined()
  const [, serverKey = ''] = keys.split(':')
  const said = 'n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
  expect(createHmac('sha256', Buffer.from(serverKey, 'base64')).update(said).digest('base64')).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
})

test('never holds the password, and is another one each time', () => {
  const [one, other] = [scramVerifier('of-tests-as-the-api'), scramVerifier('of-tests-as-the-api')]
  expect(one).not.toContain('of-tests')
  expect(one).not.toBe(other)
})
