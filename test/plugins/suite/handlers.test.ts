// The shared suite over every handler of every technology.
import { describe, expect, test } from 'vitest'
import { handlerSuite } from '../../../src/plugins/suite/handler-suite.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'

describe.each(TECHNOLOGIES.map(({ name, handlers }) => [name, Object.keys(handlers)] as const))(
  '%s',
  (technology, handlers) => {
    test.each(handlers)('%s passes the shared suite', (handler) => {
      expect(handlerSuite(TECHNOLOGIES, technology, handler).filter(({ ok }) => !ok)).toEqual([])
    })
  },
)
