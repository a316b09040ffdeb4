import { expect, test } from 'vitest'
import { parseJavaVersion } from './java.js'

test.each([
  ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17, '17.0.15'],
  ['java version "1.8.0_391"\nJava(TM) SE Runtime Environment', 8, '1.8.0_391'],
  ['openjdk version "21-ea" 2023-09-19', 21, '21-ea'],
  ['openjdk version "25" 2025-09-16 LTS', 25, '25'],
  ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "11.0.2" 2019-01-15', 11, '11.0.2'],
])('the words of a Java installation tell its version: %s', (output, major, version) => {
  expect(parseJavaVersion(output)).toEqual({ major, version })
})

test('a program that is no Java names no version', () => {
  expect(parseJavaVersion('Unable to locate a Java Runtime.')).toBeUndefined()
  expect(parseJavaVersion('')).toBeUndefined()
})
