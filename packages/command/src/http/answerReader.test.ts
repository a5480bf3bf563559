import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AnswerReader } from './answerReader.ts'
import type { AnswerSink } from './answerReader.ts'
import type { Head } from './head.ts'

interface Seen extends AnswerSink {
  readonly answers: Array<{ status: number; body: string; isWhole: boolean }>
  head?: Head
}

const sink = (): Seen => {
  const answers: Seen['answers'] = []
  const seen: Seen = {
    answers,
    onHead: (head) => {
      seen.head = head
      answers.push({ status: head.status, body: '', isWhole: false })
    },
    onBody: (buffer, from, to) => void (answers.at(-1)!.body += buffer.toString('latin1', from, to)),
    onEnd: () => void (answers.at(-1)!.isWhole = true),
  }
  return seen
}

/** Feeds a text in pieces through one buffer that keeps what stood in it before, as a connection does. */
const fed = (text: string, sizes: readonly number[] = [text.length]) => {
  const seen = sink()
  const reader = new AnswerReader()
  const buffer = Buffer.alloc(Math.max(64, text.length), '\r\n\r\n')
  let wrong: string | undefined
  for (let at = 0, n = 0; at < text.length && wrong === undefined; n += 1) {
    const bytes = buffer.write(text.slice(at, at + (sizes[n % sizes.length] ?? 1)), 'latin1')
    wrong = reader.take(buffer, bytes, seen)
    at += bytes
  }
  return { seen, reader, wrong }
}

const withLength = (body: string, status = 200) =>
  `HTTP/1.1 ${status} Fine\r\nDate: today\r\nContent-Length: ${body.length}\r\n\r\n${body}`
const inChunks = (pieces: readonly string[]) =>
  `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${pieces
    .map((piece) => `${piece.length.toString(16)};ext=1\r\n${piece}\r\n`)
    .join('')}0\r\nTrailer: x\r\n\r\n`

it('answers are the same in whatever pieces they come', () => {
  const body = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '{', '0'), maxLength: 40 })
  const answer = fc.oneof(
    body.map((text) => ({ text: withLength(text), body: text })),
    fc.array(body.filter((piece) => piece !== '')).map((pieces) => ({ text: inChunks(pieces), body: pieces.join('') })),
    fc.constant({ text: `HTTP/1.1 100 Continue\r\n\r\n${withLength('late')}`, body: 'late' }),
    fc.constant({ text: 'HTTP/1.1 204 No Content\r\n\r\n', body: '' }),
  )
  fc.assert(
    fc.property(
      fc.array(answer, { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
      (answers, sizes) => {
        const { seen, reader, wrong } = fed(answers.map(({ text }) => text).join(''), sizes)
        expect(wrong).toBeUndefined()
        expect(seen.answers.map(({ body, isWhole }) => [body, isWhole])).toEqual(
          answers.map(({ body }) => [body, true]),
        )
        expect(reader.isMidway).toBe(false)
      },
    ),
  )
})

it('an answer without a length ends with its connection', () => {
  const { seen, reader } = fed('HTTP/1.0 200 OK\r\n\r\nall of it', [7])
  expect(seen.answers).toEqual([{ status: 200, body: 'all of it', isWhole: false }])
  expect(reader.close(seen)).toBe(true)
  expect(seen.answers[0]).toMatchObject({ isWhole: true })
  expect(fed(withLength('cut off').slice(0, -1)).reader.close(sink())).toBe(false)
})

it.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['no status', 'HTTP/1.1 OK\r\n\r\n'],
  ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['a head without an end', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(70_000)}`],
])('%s is no answer', (_what, text) => {
  expect(fed(text).wrong).toBe('what came is no HTTP answer')
  expect(fed(text, [5]).wrong).toBe('what came is no HTTP answer')
})

it.each(['zz\r\n', '\r\n-1\r\n', `1${'0'.repeat(14)}\r\n`, 'f'.repeat(20_000)])('a chunk of %j is told', (line) => {
  expect(fed(`HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n${line}`).wrong).toBe('a chunk has no length')
})

it('whether the connection is kept is what the server says', () => {
  const headOf = (lines: string, version = '1.1') => fed(`HTTP/${version} 200 OK\r\n${lines}\r\n\r\n`).seen.head
  expect(headOf('content-length: 0')).toMatchObject({ isKept: true, keptMs: Infinity })
  expect(headOf('content-length: 0\r\nConnection: close')).toMatchObject({ isKept: false })
  expect(headOf('content-length: 0', '1.0')).toMatchObject({ isKept: false })
  expect(headOf('content-length: 0\r\nconnection: keep-alive', '1.0')).toMatchObject({ isKept: true })
  expect(headOf('content-length: 0\r\nKeep-Alive: timeout=5, max=9')).toMatchObject({ keptMs: 5000 })
  expect(headOf('content-length: many')).toMatchObject({ body: 'closed', isKept: false })
})
