import { expect, test } from 'vitest'
import { explainFileError, LocalFault } from './fault.js'

const fileError = (code: string, path?: string) => Object.assign(new Error(`${code}: what Node says`), { code, ...(path === undefined ? {} : { path }) })

test('a full disk is called a full disk, with the file that could not be written', () => {
  const fault = explainFileError(fileError('ENOSPC', '/votes/kafka/log'), '/votes')
  expect(fault).toBeInstanceOf(LocalFault)
  expect(fault).toHaveProperty('message', 'The disk is full: /votes/kafka/log cannot be written.')
})

test('an error that says nothing about files stays what it is', () => {
  const error = new Error('something else')
  expect(explainFileError(error, '/votes')).toBe(error)
  expect(explainFileError(fileError('ENOENT'), '/votes')).not.toBeInstanceOf(LocalFault)
})
