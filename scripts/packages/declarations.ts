import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Statement } from 'oxc-parser'
import { parseSync, Visitor } from 'oxc-parser'

/** A name and the declaration file it comes from, or the package when it comes from another one. */
export interface Origin {
  readonly from: string
  readonly name: string
}

/** One declaration file: what it declares, imports and exports. */
export interface DeclarationFile {
  readonly path: string
  /** Text of each declaration without comments and modifiers; overloads together. */
  readonly declared: ReadonlyMap<string, string>
  /** Type names that a declaration mentions. */
  readonly mentions: ReadonlyMap<string, readonly string[]>
  readonly imported: ReadonlyMap<string, Origin>
  readonly exported: ReadonlyMap<string, Origin>
  readonly stars: readonly string[]
}

/** Reads a `.d.ts` file. */
export function declarationFile(path: string): DeclarationFile {
  const { program, comments, errors } = parseSync(path, readFileSync(path, 'utf8'))
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  let text = readFileSync(path, 'utf8')
  for (const { start, end } of comments) text = text.slice(0, start) + ' '.repeat(end - start) + text.slice(end)
  const file = {
    path,
    declared: new Map<string, string>(),
    mentions: new Map<string, string[]>(),
    imported: new Map<string, Origin>(),
    exported: new Map<string, Origin>(),
    stars: [] as string[],
  }
  for (const statement of program.body) addStatement(file, statement, text)
  return file
}

function addStatement(file: Draft, statement: Statement, text: string): void {
  if (statement.type === 'ImportDeclaration') {
    const from = target(file.path, statement.source.value)
    for (const one of statement.specifiers) {
      const name = one.type === 'ImportSpecifier' ? nameOf(one.imported) : '*'
      file.imported.set(one.local.name, { from, name })
    }
  } else if (statement.type === 'ExportAllDeclaration') {
    file.stars.push(target(file.path, statement.source.value))
  } else if (statement.type === 'ExportNamedDeclaration') {
    const from = statement.source ? target(file.path, statement.source.value) : file.path
    for (const one of statement.specifiers) file.exported.set(nameOf(one.exported), { from, name: nameOf(one.local) })
    if (statement.declaration) addDeclaration(file, statement.declaration, text, true)
  } else {
    addDeclaration(file, statement, text, false)
  }
}

function addDeclaration(file: Draft, node: Statement, text: string, isExported: boolean): void {
  for (const name of declaredNames(node)) {
    const shape = text
      .slice(node.start, node.end)
      .replace(/^declare /, '')
      .replaceAll(/\n\s*\n/g, '\n')
      .replaceAll(/[ \t]+$/gm, '')
    const earlier = file.declared.get(name)
    file.declared.set(name, earlier === undefined ? shape : `${earlier}\n${shape}`)
    file.mentions.set(name, [...(file.mentions.get(name) ?? []), ...mentioned(node)])
    if (isExported) file.exported.set(name, { from: file.path, name })
  }
}

function declaredNames(node: Statement): string[] {
  if (node.type === 'VariableDeclaration')
    return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? id.name : []))
  if ('id' in node && node.id?.type === 'Identifier') return [node.id.name]
  return []
}

function mentioned(node: Statement): string[] {
  const names: string[] = []
  const visitor = new Visitor({
    TSTypeReference: ({ typeName }) => typeName.type === 'Identifier' && names.push(typeName.name),
    TSTypeQuery: ({ exprName }) => exprName.type === 'Identifier' && names.push(exprName.name),
    TSInterfaceHeritage: ({ expression }) => expression.type === 'Identifier' && names.push(expression.name),
  })
  visitor.visit({
    type: 'Program',
    body: [node],
    sourceType: 'module',
    hashbang: null,
    start: node.start,
    end: node.end,
  })
  return names
}

function nameOf(node: { readonly name: string } | { readonly value: string }): string {
  return 'name' in node ? node.name : node.value
}

/** The declaration file that a relative specifier means, or the package it names. */
function target(path: string, specifier: string): string {
  return specifier.startsWith('.') ? join(dirname(path), specifier.replace(/\.[jt]s$/, '.d.ts')) : specifier
}

interface Draft extends DeclarationFile {
  readonly declared: Map<string, string>
  readonly mentions: Map<string, string[]>
  readonly imported: Map<string, Origin>
  readonly exported: Map<string, Origin>
  readonly stars: string[]
}
