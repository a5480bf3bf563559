import { describe, expect, it } from 'vitest'
import { VirtualTime } from './time.ts'

describe('virtual time', () => {
  it('runs what falls due in order, each at its moment, also what is added on the way', async () => {
    const time = new VirtualTime(1000)
    const seen: Array<[string, number]> = []
    const note = (name: string) => () => void seen.push([name, time.now()])
    time.after(20, note('c'))
    time.after(10, () => time.after(5, note('b')))
    time.after(10, note('a'))
    time.after(Infinity, note('never'))
    await time.pass(30)
    expect(seen).toEqual([
      ['a', 1010],
      ['b', 1015],
      ['c', 1020],
    ])
    expect(time.now()).toBe(1030)
  })

  it('comes to the next event when everything has happened that the one before caused', async () => {
    const time = new VirtualTime(0)
    const seen: string[] = []
    time.after(1, () => {
      const deep = async (): Promise<void> => {
        for (let step = 0; step < 50; step += 1) await Promise.resolve()
        process.nextTick(() => void Promise.resolve().then(() => seen.push('caused')))
      }
      void deep()
    })
    time.after(1, () => void seen.push('next'))
    await time.pass(1)
    expect(seen).toEqual(['caused', 'next'])
  })

  it('forgets what is cancelled, also when it is due already', async () => {
    const time = new VirtualTime(0)
    const seen: string[] = []
    const later = time.after(1, () => void seen.push('later'))
    time.after(0, () => later.cancel())
    await time.pass(2)
    expect(seen).toEqual([])
  })
})
