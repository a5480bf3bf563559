import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { rawServer, send } from '../../fixtures/rawServer.ts'
import { benched, run } from '../../fixtures/run.ts'
import { htmlReport } from './htmlReport.ts'
import { plot } from './plot.ts'
import { ticks } from './ticks.ts'

const hostile = '<script>alert(1)</script>"\'&'

it('a report is a page of its own, whatever the server says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-html-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'report.html')
  let calls = 0
  const url = await rawServer(({ id }, response) =>
    send(response, id, (calls += 1) % 2 === 0 ? {} : { isError: true, content: [{ type: 'text', text: hostile }] }),
  )
  const ran = await run(['bench', url, '--method', hostile, '-d', '300ms', '-w', '0', '-c', '2', '--html', file])
  expect(ran.code).toBe(0)
  expect(ran.out).toContain('tool error (isError)')
  const page = readFileSync(file, 'utf8')
  expect(page).not.toContain('<script')
  expect(page).toContain('&#60;script&#62;alert(1)')
  expect(page).not.toMatch(/\b(?:src|href|style|on\w+)=/)
  expect(page.match(/<polyline /g)).toHaveLength(6)
  const [, policy] = /content="default-src 'none'; style-src '(sha256-[^']+)'"/.exec(page) ?? []
  const [, style = ''] = /<style>([^]*)<\/style>/.exec(page) ?? []
  expect(policy).toBe(`sha256-${createHash('sha256').update(style).digest('base64')}`)
  for (const coordinates of page.matchAll(/points="([^"]*)"/g)) expect(coordinates[1]).not.toMatch(/NaN|Infinity/)
})

it('a load without one answer has a page too', async () => {
  const report = await benched([await rawServer((_, response) => response.destroy()), '--method', 'x'])
  const page = htmlReport(report)
  expect(report.err).toBe('No call was answered well.\n')
  expect(page).toContain('failed (100 %)')
  expect(page).not.toMatch(/NaN|Infinity/)
})

it('a file that cannot be written is a sentence', async () => {
  const url = await rawServer(({ id }, response) => send(response, id, {}))
  const { code, err } = await run([
    'bench',
    url,
    '--method',
    'x',
    '-d',
    '100ms',
    '-w',
    '0',
    '--html',
    '/no/such/folder/a.html',
  ])
  expect([code, err]).toEqual([2, expect.stringContaining('The report cannot be written to /no/such/folder/a.html')])
})

it('axes have round numbers', () => {
  expect(ticks(0)).toEqual([0, 1])
  expect(ticks(7)).toEqual([0, 2, 4, 6, 8])
  expect(ticks(0.031)).toEqual([0, 0.01, 0.02, 0.03, 0.04])
  expect(ticks(500)).toEqual([0, 100, 200, 300, 400, 500])
})

it('a plot of nothing is a plot', () => {
  expect(plot({ title: 'a', unit: 'b', lines: [], marks: [] })).not.toMatch(/NaN|Infinity/)
})
