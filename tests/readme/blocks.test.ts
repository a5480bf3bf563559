import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Block } from './blocks.ts'
import { blocksOf, npmScriptsOf, saidAfter, typescriptOf, uncheckedOf } from './blocks.ts'
import { continued, runBlock, typeErrors, workbench } from './program.ts'

let folder: string
beforeEach(() => {
  folder = workbench()
})
afterEach(() => rmSync(folder, { recursive: true }))

function block(code: string, line = 1, file = 'planted.md'): Block {
  return { file, line, info: 'ts', code }
}

describe('blocks are found', () => {
  test('with their line, language and text', () => {
    const text = 'a\n```ts\none\n\ntwo\n```\nb\n~~~sh\nnpm test\n~~~\n'
    expect(blocksOf('a.md', text)).toEqual([
      { file: 'a.md', line: 2, info: 'ts', code: 'one\n\ntwo\n' },
      { file: 'a.md', line: 8, info: 'sh', code: 'npm test\n' },
    ])
  })

  test('inside a list, without the indentation', () => {
    expect(blocksOf('a.md', '- a\n  ```ts\n  if (a) {\n    b\n  }\n  ```\n')[0]?.code).toBe('if (a) {\n  b\n}\n')
  })

  test('and one that is never closed is an error', () => {
    expect(() => blocksOf('a.md', '```ts\none\n')).toThrow('a.md:1 the code block is never closed')
  })

  test('and TypeScript that no test would see is named', () => {
    const found = blocksOf('a.md', '```ts\n1\n```\n```ts unchecked\n1\n```\n```js\n1\n```\n```json\n1\n```\n')
    expect(typescriptOf(found)).toHaveLength(1)
    expect(uncheckedOf(found)).toEqual(['a.md:4 ts unchecked', 'a.md:7 js'])
  })

  test('and npm scripts are taken from shell blocks alone', () => {
    const text =
      '```sh\nnpm start\nPORT=1 npm run bench -- --smoke\nnpm install millrace\n```\n```ts\nnpm run no\n```\n'
    expect(npmScriptsOf(blocksOf('a.md', text))).toEqual(['start', 'bench'])
  })
})

describe('what a page says is printed', () => {
  const page = (code: string, after: string): readonly [Block, string] => {
    const text = `# A\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${after}\n`
    return [blocksOf('a.md', text)[0]!, text]
  }

  test('is taken from comments and from the sentence after the block', () => {
    const said = saidAfter(
      ...page('one() // → {"a": 1}\ntwo() // no', 'You see `took 0.9 ms (once)`, always. You see `x`.'),
    )
    expect(said.map(({ exact }) => exact)).toEqual(['{"a": 1}', 'took 0.9 ms (once)'])
  })

  test('is meant as it stands, but for durations', () => {
    const [one, two] = saidAfter(...page('one() // → {"a": 1}', 'You see `took 0.9 ms (once)`.'))
    expect('b {"a": 1}').toMatch(one!.pattern)
    expect('{"a": 2}').not.toMatch(one!.pattern)
    expect('took 12 ms (once)').toMatch(two!.pattern)
    expect('took 12 ms (twice)').not.toMatch(two!.pattern)
  })

  test('may be nothing', () => {
    expect(saidAfter(...page('one()', 'Nothing is seen.'))).toEqual([])
  })
})

describe('blocks are compiled', () => {
  test('and an error is reported with its place', async () => {
    const errors = await typeErrors(folder, [block('const a: number = "one"\n', 7)])
    expect(errors).toEqual([expect.stringMatching(/^planted\.md:7 .*TS2322/)])
  })

  test('and a later block may continue the first, or stand alone', async () => {
    const first = block("import { compose } from '@millrace/core'\nconst one = 1\nconsole.log(compose, one)\n")
    const second = block(
      "import { compose, only } from '@millrace/core'\nconst two: number = one\nconsole.log(compose, only, two)\n",
      2,
    )
    const third = block('const one: string = "alone"\nconsole.log(one)\n', 3)
    const wrong = block('console.log(missing)\n', 4)
    expect(await typeErrors(folder, [first, second, third, wrong])).toEqual([
      expect.stringMatching(/^planted\.md:4 .*TS2304/),
    ])
  })

  test('with imports of both on top', () => {
    expect(
      continued("import { a } from 'x'\nlet b = a\n", "import { a, c } from 'x'\nimport d from 'y'\nb = c(d)\n"),
    ).toBe("import d from 'y'\nimport { a, c } from 'x'\n\nlet b = a\n\n{\n\n\nb = c(d)\n\n}")
  })
})

describe('a block is run', () => {
  test('on the sources, and its output is given', async () => {
    const code = "import { compose } from '@millrace/core'\nconst kind: string = typeof compose\nconsole.log(kind)\n"
    expect(await runBlock(folder, block(code))).toBe('function\n')
  })

  test('and one that fails is a failure', async () => {
    await expect(runBlock(folder, block('throw new Error("planted")\n'))).rejects.toThrow('planted')
  })
})
