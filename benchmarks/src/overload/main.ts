// Puts one subject through scenarios and prints what happened, to tune it: see `--help`.
import { parseArgs } from 'node:util'
import type { QueueOptions } from '@millrace/queue'
import { line, secondsOf } from './lines.ts'
import { measure } from './measure.ts'
import { scenarios } from './scenarios.ts'
import { simulate } from './simulate.ts'
import type { Subject } from './subject.ts'
import { subjects } from './subjects/index.ts'
import { ours } from './subjects/ours.ts'
import { together } from './summary.ts'

const usage = `node --conditions=@millrace/source benchmarks/src/overload/main.ts
  --subject TEXT    subjects whose name contains it    default queue()
  --queue JSON      our queue with these options, instead of a subject
  --scenario TEXT   scenarios whose name contains it   default all
  --seeds 1,2,3     default 1,2,3,4,5
  --seconds         also prints every second of every simulation
  --list            prints the names of subjects and scenarios`

const { values: flags } = parseArgs({
  options: {
    subject: { type: 'string', default: 'queue()' },
    queue: { type: 'string' },
    scenario: { type: 'string', default: '' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    seconds: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const chosen = (): readonly Subject[] => {
  if (flags.queue === undefined) return subjects.filter(({ name }) => name.includes(flags.subject))
  const options = JSON.parse(flags.queue) as QueueOptions
  return [ours(`queue(${flags.queue})`, '', () => options)]
}

if (flags.help) {
  console.log(usage)
} else if (flags.list) {
  for (const { name } of [...subjects, ...scenarios]) console.log(name)
} else {
  for (const subject of chosen()) {
    for (const scenario of scenarios.filter(({ name }) => name.includes(flags.scenario))) {
      const all = []
      for (const seed of flags.seeds.split(',').map(Number)) {
        const simulated = await simulate(subject, scenario, seed)
        if (flags.seconds) console.log(secondsOf(simulated).join('\n'))
        all.push(measure(simulated, scenario))
      }
      console.log(`${subject.name.padEnd(16)}  ${scenario.name.padEnd(28)}  ${line(together(all))}`)
    }
  }
}
