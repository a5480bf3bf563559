// Writes every public package as a tarball into dist-packages and says how another project installs them.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { tarballs } from './packages/pack.ts'
import { root } from './packages/workspace.ts'

const into = join(root, 'dist-packages')
rmSync(into, { recursive: true, force: true })
mkdirSync(into)
const packed = tarballs(into)

// They need each other and no registry has them, so they are installed together.
console.log(`Packed ${packed.map(({ name }) => name).join(', ')}. In another project:\n`)
console.log(`npm install ${packed.map(({ tarball }) => quoted(tarball)).join(' ')}`)

function quoted(path: string): string {
  return /^[\w./:@\\-]+$/.test(path) ? path : JSON.stringify(path)
}
