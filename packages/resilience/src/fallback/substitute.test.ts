import type { Result } from '@millrace/core'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { fallback } from '../index.ts'

const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
beforeEach(() => void warnings.mockClear())

const wants = "a tool call answers { content: [{ type: 'text', text: '…' }] }"

describe('a substitute as it stands', () => {
  it.each<[Result, string]>([
    [{ text: 'sorry' }, 'text'],
    [{ result: { content: [] } }, 'result'],
    [{ type: 'text', text: 'sorry' }, 'type, text'],
    [{ search: { content: [] }, details: { content: [] } }, 'search, details'],
    [{}, 'nothing'],
  ])('that is %j is warned of, as no method of MCP answers like that', (given, names) => {
    fallback(given)
    expect(warnings.mock.calls).toEqual([
      [
        `fallback: no method of MCP answers with an object of ${names}, so it stands for methods of your own only; ${wants}`,
        { type: 'MillraceWarning', code: 'MILLRACE_SUBSTITUTE' },
      ],
    ])
  })

  it.each<Result>([
    { content: [] },
    { contents: [] },
    { messages: [] },
    { tools: [] },
    { completion: { values: [] } },
    { resultType: 'input_required', inputRequests: {} },
  ])('that is %j is none to warn of', (given) => {
    fallback(given)
    expect(warnings).not.toHaveBeenCalled()
  })
})
