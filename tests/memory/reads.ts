import { closeSync, fsyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryGuard } from 'millrace'
import type { MemoryReading } from 'millrace'

// What a guard reads of the control group that it runs in: at first, with so many bytes of files in the system's memory,
// and with as many of its own. Argument: how many MiB.
const megabytes = Number(process.argv[2])
const chunk = Buffer.alloc(2 ** 20, 'x')
const memory = memoryGuard()
const reading = (): MemoryReading => ({ ...memory.reading })

const path = join(tmpdir(), `millrace-read-${process.pid}`)
const write = (): void => {
  const file = openSync(path, 'w')
  for (let n = 0; n < megabytes; n += 1) writeSync(file, chunk)
  fsyncSync(file)
  closeSync(file)
}

/** Often enough that the system counts its pages as used of late. */
const readAll = (): void => {
  for (let n = 0; n < 3; n += 1) {
    const file = openSync(path, 'r')
    while (readSync(file, chunk) > 0);
    closeSync(file)
  }
}

const atFirst = reading()
write()
readAll()
const withFiles = reading()
const own = Buffer.alloc(megabytes * chunk.length, 'x')
const withBytes = reading()
rmSync(path)
process.stdout.write(JSON.stringify({ atFirst, withFiles, withBytes, held: own.length }))
