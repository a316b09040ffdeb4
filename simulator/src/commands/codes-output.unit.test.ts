import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ApiClient } from '../system/api-client.js'
import { registerVoters, type NewVoter } from '../system/voters.js'
import { openCodesOutput, requireRoom } from './codes-output.js'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'livetally-codes-')) })
afterEach(() => rm(folder, { recursive: true }))

const request = { election: 'e1', asked: 'the roll', seed: undefined }
const open = (changes: Partial<typeof request> = {}, out = 'codes.csv') => openCodesOutput({ folder, out, home: folder }, { ...request, ...changes })
const codes = () => readFile(join(folder, 'codes.csv'), 'utf8')
const roll = Array.from({ length: 3_500 }, (_, at): NewVoter => ({ voterId: `v${at}`, reportingUnitId: 'e1/u/n1', name: 'Rye, "Ada"' }))

/** The roll of a server: a voter keeps the first code; the same key gives the same code. */
function townHall() {
  const valid = new Map<string, string>()
  const codeOf = (voterId: string, key: string) => createHash('sha256').update(voterId + key).digest('hex').slice(0, 12).toUpperCase().match(/.{4}/g)?.join('-') ?? ''
  const request = async (_: string, variables: Record<string, unknown> = {}) => {
    const { voters, idempotencyKey: key } = variables['input'] as { voters: NewVoter[], idempotencyKey: string }
    for (const { voterId } of voters) valid.set(voterId, valid.get(voterId) ?? codeOf(voterId, key))
    const mine = voters.filter(({ voterId }) => valid.get(voterId) === codeOf(voterId, key))
    return { registerVoters: { registered: mine.map(({ voterId }) => ({ voterId, votingCode: codeOf(voterId, key) })), alreadyRegistered: [], problems: [] } }
  }
  // oxlint-disable-next-line typescript/consistent-type-assertions -- only what registering asks
  return { valid, client: { request } as unknown as ApiClient }
}

/** As the command does it; `dyingAt`: killed after that many parts were registered, before the last of them is written. */
async function register({ client }: ReturnType<typeof townHall>, dyingAt = Number.POSITIVE_INFINITY): Promise<void> {
  await using output = await open()
  let parts = 0
  await registerVoters(client, 'e1', roll, {
    idempotencyKey: output.run.key,
    onPart: async ({ registered }, part) => {
      parts += 1
      if (parts === dyingAt) throw new Error('killed')
      await output.write(part, registered)
    },
  })
  await output.finish()
}

describe('a run that is killed in the middle', () => {
  test.each([1, 2, 4])('after part %i was registered and before it was written goes on: every voter has one code, and it is in the file once', async (dyingAt) => {
    const hall = townHall()
    await expect(register(hall, dyingAt)).rejects.toThrow('killed')
    expect(await codes()).toMatch(/\n$/)
    await register(hall)
    const rows = (await codes()).trim().split('\n').slice(1).map((row) => row.split(',').slice(0, 2))
    expect(rows).toHaveLength(roll.length)
    expect(new Map(rows.map(([voter = '', code = '']) => [voter, code]))).toEqual(hall.valid)
    expect(await readdir(folder)).toEqual(['codes.csv'])
  })

  test('loses no code where half a row was written, or the file was moved away', async () => {
    const hall = townHall()
    await expect(register(hall, 3)).rejects.toThrow('killed')
    await writeFile(join(folder, 'codes.csv'), 'v2000,"half a ', { flag: 'a' })
    await expect(register(hall, 4)).rejects.toThrow('killed')
    expect(await codes()).not.toContain('half')
    await rm(join(folder, 'codes.csv'))
    await register(hall)
    expect((await codes()).trim().split('\n')).toHaveLength(roll.length + 1)
  })

  test('is not gone on with while it still runs, with another roll, or over a file that is none of codes', async () => {
    await (await open())[Symbol.asyncDispose]()
    await expect(open({ asked: 'another roll' })).rejects.toThrow('belongs to a run that was not finished')
    await expect(open({ election: 'e2' })).rejects.toThrow('belongs to a run that was not finished')
    const note = join(folder, 'codes.csv.unfinished')
    const text = await readFile(note, 'utf8')
    await writeFile(note, JSON.stringify({ ...JSON.parse(text) as object, process: process.ppid, host: hostname() }))
    await expect(open()).rejects.toThrow(`running already (process ${process.ppid}`)
    await writeFile(note, text)
    await writeFile(join(folder, 'codes.csv'), 'dear,diary\n')
    await expect(open()).rejects.toThrow('Move it away')
    expect(await codes()).toBe('dear,diary\n')
  })
})

describe('the output of voting codes', () => {
  test('is readable by its owner alone, and so is the note of the run', async () => {
    await using output = await open()
    for (const path of [join(folder, 'codes.csv'), output.run.path]) expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  test('is never a file, a link or a folder that is there already, and leaves nothing behind then', async () => {
    await writeFile(join(folder, 'codes.csv'), 'precious')
    await symlink('elsewhere', join(folder, 'link.csv'))
    await mkdir(join(folder, 'folder'))
    for (const out of ['codes.csv', 'link.csv', 'folder']) await expect(open({}, out)).rejects.toThrow('is there already')
    expect(await codes()).toBe('precious')
    expect((await readdir(folder)).toSorted()).toEqual(['codes.csv', 'folder', 'link.csv'])
  })

  test('says what to do where there is no such folder, or no room, before anybody is registered', async () => {
    await expect(open({}, 'nowhere/codes.csv')).rejects.toThrow('Make it, or name another file with --out.')
    await writeFile(join(folder, 'file'), '')
    await expect(open({}, 'file/codes.csv')).rejects.toThrow('There is no folder')
    await expect(requireRoom({ folder, out: 'codes.csv' }, 1_000, async () => 999)).rejects.toThrow('Nobody was registered.')
    await requireRoom({ folder, out: 'codes.csv' }, 1_000, async () => 1_000)
    await requireRoom({ folder, out: 'codes.csv' }, 1_000)
    expect(await readdir(folder)).toEqual(['file'])
  })

  test('of two runs at once is that of one', async () => {
    const opened = await Promise.allSettled([open(), open(), open()])
    expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const one of opened) if (one.status === 'fulfilled') await one.value[Symbol.asyncDispose]()
    expect((await readdir(folder)).toSorted()).toEqual(['codes.csv', 'codes.csv.unfinished'])
  })
})
