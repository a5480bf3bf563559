import type { MetricRow } from './row.ts'

/** How the server stands to what it is meant to reach. */
export const targetRows: readonly MetricRow[] = [
  {
    name: 'mcp_target_goal',
    kind: 'gauge',
    help: 'What is aimed at, in the unit that the name of the target ends in.',
    labels: ['target'],
    from: ['targets'],
    together: 'supervisor',
  },
  {
    name: 'mcp_target_value',
    kind: 'gauge',
    help: 'What was measured when targets were last looked at, over the window of the targets.',
    labels: ['target'],
    from: ['targets'],
    together: 'supervisor',
  },
  {
    name: 'mcp_target_breached',
    kind: 'gauge',
    help: '1 while the server falls short of a target, 0 otherwise.',
    labels: ['target'],
    from: ['targets'],
    together: 'supervisor',
  },
  {
    name: 'mcp_target_breaches_total',
    kind: 'counter',
    help: 'How often the server has fallen short of a target.',
    labels: ['target'],
    from: ['metrics'],
    together: 'supervisor',
  },
]
