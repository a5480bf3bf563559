import { parseSync, Visitor } from 'oxc-parser'

/** One place where a file names another module. */
export interface Import {
  readonly specifier: string
  readonly line: number
  /** Erased by the compiler: `import type`, `export type`, `import('x').T`, `declare module 'x'`. */
  readonly isType: boolean
}

/**
 * Every module that a source names: imports, re-exports, dynamic imports, `require`, `import.meta.resolve`, type
 * imports and module augmentations. A specifier that is not a literal is reported as `(computed)`.
 */
export function importsOf(path: string, text: string): Import[] {
  const { program, errors } = parseSync(path, text)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  const found: Import[] = []
  const requires = new Set(['require'])
  const add = (node: Literal, isType: boolean): void => {
    const specifier = node.type === 'Literal' && typeof node.value === 'string' ? node.value : '(computed)'
    found.push({ specifier, isType, line: text.slice(0, node.start).split('\n').length })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ExportNamedDeclaration: (node) => node.source && add(node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(node.source, false),
    TSImportType: (node) => add(node.source, true),
    TSExternalModuleReference: (node) => add(node.expression, false),
    TSModuleDeclaration: (node) => node.id.type === 'Literal' && add(node.id, true),
    VariableDeclarator(node) {
      const call = node.init?.type === 'CallExpression' ? node.init.callee : undefined
      if (call?.type === 'Identifier' && call.name === 'createRequire' && node.id.type === 'Identifier') {
        requires.add(node.id.name)
      }
    },
    CallExpression(node) {
      const argument = node.arguments[0]
      if (argument && asksForModule(text.slice(node.callee.start, node.callee.end), requires)) add(argument, false)
    },
  }).visit(program)
  return found
}

/** The text with comments blanked out, so that a word in prose does not count as code. */
export function codeOf(path: string, text: string): string {
  let code = text
  for (const { start, end } of parseSync(path, text).comments) {
    code = code.slice(0, start) + code.slice(start, end).replace(/[^\n]/g, ' ') + code.slice(end)
  }
  return code
}

interface Literal {
  readonly type: string
  readonly start: number
  readonly value?: unknown
}

function asksForModule(callee: string, requires: ReadonlySet<string>): boolean {
  return (
    requires.has(callee) || callee === 'import.meta.resolve' || /^createRequire\(.*\)$|\brequire\.resolve$/.test(callee)
  )
}
