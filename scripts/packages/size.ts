import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import type { Packed } from './pack.ts'
import { root } from './workspace.ts'

/** Bytes of a package's main entry, bundled without other packages, minified and compressed. */
export async function importBytes({ unpacked }: Packed): Promise<number> {
  const bundle = await rolldown({ input: join(unpacked, 'dist', 'index.js'), external: /^[^./]/, logLevel: 'silent' })
  const { output } = await bundle.generate({ format: 'es', minify: true })
  await bundle.close()
  return output.reduce((sum, chunk) => sum + (chunk.type === 'chunk' ? gzipSync(chunk.code).length : 0), 0)
}

/** Compares the size with what `scripts/packages/sizes.json` allows. */
export async function sizeFaults(packed: Packed): Promise<string[]> {
  const allowed = JSON.parse(readFileSync(join(root, 'scripts', 'packages', 'sizes.json'), 'utf8')) as Record<
    string,
    number
  >
  const limit = allowed[packed.name]
  if (limit === undefined) return ['has no limit in scripts/packages/sizes.json']
  const bytes = await importBytes(packed)
  return bytes > limit
    ? [`is ${bytes} bytes minified and compressed, ${limit} are allowed in scripts/packages/sizes.json`]
    : []
}
