import { describe, expect, it } from 'vitest'
import { shareScale } from './bar-scale.js'

describe('bars', () => {
  it('run to the next of a few steps, so that they do not rescale at every vote', () => {
    expect([[4, 9.9], [42.6, 39], [51, 49], [76, 24], [null, null]].map(shareScale)).toEqual([10, 50, 75, 100, 10])
  })
})
