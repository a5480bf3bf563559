import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { groupMemory } from './group.ts'
import { processMemory } from './reading.ts'

const groupOf = (files: { [path: string]: string }) =>
  groupMemory((path) => {
    const text = files[path]
    if (text === undefined) throw new Error(`ENOENT: ${path}`)
    return text
  })

const none = { groupUsedBytes: 0, groupLimitBytes: Infinity }

describe('the memory of a control group', () => {
  it('of version 2 counts what the system could not take back', () => {
    const read = groupOf({
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/memory.max': '1000\n',
      '/sys/fs/cgroup/memory.current': '800\n',
      '/sys/fs/cgroup/memory.stat': 'anon 400\nfile 350\ninactive_file 300\nactive_file 50\nslab_reclaimable 20\n',
    })
    expect(read()).toEqual({ groupUsedBytes: 430, groupLimitBytes: 1000 })
  })

  it('of version 1 does as well', () => {
    const read = groupOf({
      '/proc/self/cgroup': '5:cpu:/\n4:memory,hugetlb:/docker/abc\n0::/\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '1000\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '900\n',
      '/sys/fs/cgroup/memory/memory.stat':
        'inactive_file 1\nactive_file 2\ntotal_inactive_file 200\ntotal_active_file 30\n',
    })
    expect(read()).toEqual({ groupUsedBytes: 670, groupLimitBytes: 1000 })
  })

  it('is that of the group around it which is closest to its limit', () => {
    const files: { [path: string]: string } = {
      '/proc/self/cgroup': '0::/pod/server\n',
      '/sys/fs/cgroup/pod/memory.max': '1000',
      '/sys/fs/cgroup/pod/memory.current': '900',
      '/sys/fs/cgroup/pod/server/memory.max': '500',
      '/sys/fs/cgroup/pod/server/memory.current': '400',
    }
    const read = groupOf(files)
    expect(read()).toEqual({ groupUsedBytes: 900, groupLimitBytes: 1000 })
    files['/sys/fs/cgroup/pod/server/memory.current'] = '499'
    expect(read()).toEqual({ groupUsedBytes: 499, groupLimitBytes: 500 })
    files['/sys/fs/cgroup/pod/server/memory.max'] = 'max'
    expect(read()).toEqual({ groupUsedBytes: 900, groupLimitBytes: 1000 })
  })

  it.each([
    ['there is no Linux', {}],
    ['there is no limit in version 2', { '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/memory.max': 'max' }],
    [
      'there is no limit in version 1',
      {
        '/proc/self/cgroup': '4:memory:/',
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
        '/sys/fs/cgroup/memory/memory.usage_in_bytes': '1',
      },
    ],
    ['nothing can be read', { '/proc/self/cgroup': 'garbage\n4:memory:/x\n0::/y' }],
    ['its use is not said', { '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/memory.max': '1000' }],
  ])('is none when %s', (_, files: { [path: string]: string }) => {
    expect(groupOf(files)()).toEqual(none)
  })

  it('and of this very process can be read', () => {
    const { groupUsedBytes, groupLimitBytes } = groupMemory((path) => readFileSync(path, 'utf8'))()
    expect(groupUsedBytes).toBeGreaterThanOrEqual(0)
    expect(groupLimitBytes).toBeGreaterThan(groupUsedBytes)
  })
})

it('the memory of this process is what Node says it is', () => {
  const { machineBytes, read } = processMemory()
  const { rssBytes, heapUsedBytes, heapLimitBytes } = read()
  expect(rssBytes / process.memoryUsage.rss()).toBeCloseTo(1, 0)
  expect(heapUsedBytes).toBeLessThan(heapLimitBytes)
  expect(rssBytes).toBeLessThan(machineBytes)
})
