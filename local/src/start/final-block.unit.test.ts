import { expect, test } from 'vitest'
import { votingCodesIn } from './demo.js'
import { finalBlock } from './final-block.js'

const block = { url: 'http://localhost:4000', votingCodes: ['7KQ2-M4XD-9TRB', 'AAAA-BBBB-CCCC'], withoutKafka: undefined, kafkaBrokers: '127.0.0.1:34567', home: '/data' }

test('the last line says that it is ready, and nothing else', () => {
  expect(finalBlock(block).at(-1)).toBe('ready http://localhost:4000')
})

test('people are told where to look, what to try and how to stop', () => {
  const text = finalBlock(block).join('\n')
  for (const part of ['http://localhost:4000/explore', '7KQ2-M4XD-9TRB', '127.0.0.1:34567', 'Ctrl-C', '/data']) expect(text).toContain(part)
})

test('without Kafka this is said plainly, with the reason', () => {
  expect(finalBlock({ ...block, withoutKafka: 'no Java was found', kafkaBrokers: null }).join('\n')).toContain('Without Apache Kafka: no Java was found.')
})

test('voting codes are found in a CSV whatever its columns are', () => {
  const csv = 'voter,voting code,precinct\r\nv1,7KQ2-M4XD-9TRB,p1\r\nv2,"2222-3333-4444",p2\r\nv3,AAAA-BBBB-CCCC,p3\r\n'
  expect(votingCodesIn(csv, 2)).toEqual(['7KQ2-M4XD-9TRB', '2222-3333-4444'])
})
