/** What a control group takes and may take, in bytes. */
export interface GroupReading {
  /** 0 without a limit. */
  readonly groupUsedBytes: number
  /** Infinity for no limit. */
  readonly groupLimitBytes: number
}

/**
 * Reads the control group of this process and those around it, whichever is closest to its limit: version 2 or 1 of
 * Linux's (`Documentation/admin-guide/cgroup-v2.rst`, `cgroup-v1/memory.rst`). Elsewhere there is none. Where they are
 * is found out once, what they say is read each time.
 *
 * @param readFile as `readFileSync(path, 'utf8')`; throws for what is not there
 */
export const groupMemory = (readFile: (path: string) => string): (() => GroupReading) => {
  const read = (path: string): string => {
    try {
      return readFile(path)
    } catch {
      return ''
    }
  }
  const own = foldersOf(read('/proc/self/cgroup')).filter(({ path, files }) => read(`${path}/${files.limit}`) !== '')
  return () => {
    let closest = none
    for (const { path, files } of own) {
      const limit = amountOf(read(`${path}/${files.limit}`))
      const taken = amountOf(read(`${path}/${files.used}`))
      if (limit === Infinity || taken === Infinity) continue
      const used = taken - reclaimableOf(read(`${path}/memory.stat`), files.reclaimable)
      if (used / limit >= closest.groupUsedBytes / closest.groupLimitBytes)
        closest = { groupUsedBytes: Math.max(0, used), groupLimitBytes: limit }
    }
    return closest
  }
}

const none: GroupReading = { groupUsedBytes: 0, groupLimitBytes: Infinity }

interface Folder {
  readonly path: string
  readonly files: Files
}

/** What the same is called in the two versions. */
interface Files {
  readonly limit: string
  readonly used: string
  /** In `memory.stat`: what goes before anybody is killed, as files in memory, used of late or not. */
  readonly reclaimable: RegExp
}

const second: Files = {
  limit: 'memory.max',
  used: 'memory.current',
  reclaimable: /^(?:inactive_file|active_file|slab_reclaimable) (\d+)$/gm,
}
const first: Files = {
  limit: 'memory.limit_in_bytes',
  used: 'memory.usage_in_bytes',
  reclaimable: /^(?:total_inactive_file|total_active_file) (\d+)$/gm,
}

/** The folders of the group and of all around it, out to the mount: a container sees itself there. */
const foldersOf = (groups: string): Folder[] =>
  groups.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    if (path === undefined || controllers === undefined) return []
    if (controllers === '') return around('/sys/fs/cgroup', path, second)
    return controllers.split(',').includes('memory') ? around('/sys/fs/cgroup/memory', path, first) : []
  })

const around = (mount: string, path: string, files: Files): Folder[] => {
  const folders = [{ path: mount, files }]
  let inner = mount
  for (const name of path.split('/').filter((part) => part !== '')) {
    inner = `${inner}/${name}`
    folders.push({ path: inner, files })
  }
  return folders
}

/** Bytes. `max`, and what is far more than any machine has, is no limit. */
const amountOf = (text: string): number => {
  const bytes = Number.parseInt(text, 10)
  return bytes < 2 ** 60 ? bytes : Infinity
}

const reclaimableOf = (stat: string, lines: RegExp): number => {
  let bytes = 0
  for (const [, amount] of stat.matchAll(lines)) bytes += Number(amount)
  return bytes
}
