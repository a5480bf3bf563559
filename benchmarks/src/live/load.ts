// Callers in a process of their own, so that they are not slowed down by what they measure. They are told whom to call, as
// JSON in the only argument.
import { arrive } from './callers.ts'
import type { Callers } from './callers.ts'

const answers = await arrive(JSON.parse(process.argv[2] ?? '{}') as Callers)
process.send?.(answers, () => process.disconnect())
