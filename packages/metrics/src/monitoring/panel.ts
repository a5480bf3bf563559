/** What a panel asks. */
export interface Query {
  /** PromQL, with Grafana's variables. */
  readonly expr: string
  /** How its series are called: `{{label}}` is the value of a label. */
  readonly legend: string
}

/** A panel before it has its place. */
export interface PanelPlan {
  readonly title: string
  readonly description: string
  readonly type: 'timeseries' | 'stat'
  /** As Grafana calls it: `s`, `bytes`, `percentunit`, `short`. */
  readonly unit: string
  readonly queries: readonly Query[]
}

/** A panel as Grafana takes it. */
export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: ReadonlyArray<{ readonly expr: string; readonly legendFormat: string; readonly refId: string }>
  readonly [field: string]: unknown
}

/** Where Grafana finds Prometheus: the variable of the dashboard. */
export const datasource = { type: 'prometheus', uid: '${datasource}' } as const

/** Gives a panel its place. */
export const placed = (plan: PanelPlan, id: number, gridPos: Panel['gridPos']): Panel => ({
  id,
  type: plan.type,
  title: plan.title,
  description: plan.description,
  datasource,
  gridPos,
  fieldConfig: { defaults: { unit: plan.unit, min: 0 }, overrides: [] },
  targets: plan.queries.map(({ expr, legend }, at) => ({
    refId: String.fromCodePoint(65 + at),
    datasource,
    expr,
    legendFormat: legend,
  })),
})
