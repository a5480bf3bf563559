export { callLog, metrics, metricsTable, targets, traceContextOf } from '@millrace/metrics'
export type {
  CallLogOptions,
  Exposition,
  Goals,
  Logger,
  MetricRow,
  Metrics,
  MetricsOptions,
  Registry,
  TargetName,
  Targets,
  TargetsOptions,
  TargetState,
  TraceContext,
  TraceIdOf,
  Watched,
} from '@millrace/metrics'
