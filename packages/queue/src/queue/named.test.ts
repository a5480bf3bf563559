import type { Tools } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { queue } from '../index.ts'

const toolsOf = (...names: readonly string[]): Tools => ({
  traits: (name) => (names.includes(name) ? {} : undefined),
})
const next = async () => ({ content: [] })
const warnings = vi.spyOn(process, 'emitWarning')

beforeEach(() => {
  warnings.mockReset().mockImplementation(() => {})
})
afterAll(() => {
  warnings.mockRestore()
})

describe('a queue that names tools', () => {
  const options = { perTool: { serach: 2, report: 1 }, priority: { forecast: 'low' } } as const

  it('warns once of names that the server turns out not to have', async () => {
    const own = queue(options)
    const tools = toolsOf('search', 'report', 'forecast')
    own.inspect(tools)
    own.inspect(tools)
    for (let n = 0; n < 3; n += 1) await own(fakeCall({ target: 'search' }), next)
    expect(warnings.mock.calls).toEqual([
      [
        "queue.perTool names 'serach', but the server has no such tool.",
        { type: 'MillraceWarning', code: 'MILLRACE_QUEUE_TOOL' },
      ],
    ])
  })

  it('waits until the tools are known', async () => {
    const own = queue({ perTool: { report: 1 } })
    const known = new Set<string>()
    own.inspect({ traits: (name) => (known.has(name) ? {} : undefined) })
    await own(fakeCall({ target: 'search' }), next)
    await own(fakeCall({ method: 'tools/list' }), next)
    known.add('search')
    known.add('report')
    await own(fakeCall({ target: 'search' }), next)
    expect(warnings).not.toHaveBeenCalled()
  })

  it('is content when any server that it is attached to has the tool', async () => {
    const own = queue({ perTool: { report: 1, search: 1 } })
    own.inspect(toolsOf('search'))
    own.inspect(toolsOf('report'))
    await own(fakeCall({ target: 'search' }), next)
    expect(warnings).not.toHaveBeenCalled()
  })

  it('says nothing when it was attached to no server', async () => {
    await queue(options)(fakeCall({ target: 'search' }), next)
    expect(warnings).not.toHaveBeenCalled()
  })

  it('has nothing to look for when it names none', async () => {
    const own = queue()
    own.inspect(toolsOf())
    await own(fakeCall(), next)
    expect(warnings).not.toHaveBeenCalled()
  })
})
