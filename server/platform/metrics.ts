import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

type Definition<Label extends string> = { name: `quantdesk_${string}`; help: string; labelNames?: readonly Label[] }

/**
 * One process's metrics. Asking twice for a name gives the same metric, so that a role restarted inside its process
 * continues its series.
 */
export type Metrics = {
  counter<Label extends string = never>(definition: Definition<Label>): Counter<Label>
  gauge<Label extends string = never>(definition: Definition<Label>): Gauge<Label>
  histogram<Label extends string = never>(definition: Definition<Label> & { buckets: number[] }): Histogram<Label>
  /** Prometheus text exposition and its content type. */
  contentType: string
  expose(): Promise<string>
}

/** Buckets in seconds for what a person waits for, 1 ms to 10 s. */
export const LATENCY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** `processMetrics`: event-loop lag, heap, file handles of this process; wanted once per process, not in tests. */
export function createMetrics({ role, processMetrics = false }: { role: string; processMetrics?: boolean }): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ role })
  if (processMetrics) collectDefaultMetrics({ register: registry })

  // Each lookup is by the class it was made with; a name used for two kinds is a bug and says so.
  const existing = <M>(name: string, kind: new (...args: never[]) => M): M | undefined => {
    const metric: unknown = registry.getSingleMetric(name)
    if (metric === undefined) return undefined
    if (metric instanceof kind) return metric
    throw new TypeError(`metric ${name} already exists as another kind than ${kind.name}`)
  }

  return {
    counter: <Label extends string>({ labelNames = [], ...rest }: Definition<Label>) =>
      existing<Counter<Label>>(rest.name, Counter<Label>) ??
      new Counter({ ...rest, labelNames, registers: [registry] }),
    gauge: <Label extends string>({ labelNames = [], ...rest }: Definition<Label>) =>
      existing<Gauge<Label>>(rest.name, Gauge<Label>) ?? new Gauge({ ...rest, labelNames, registers: [registry] }),
    histogram: <Label extends string>({ labelNames = [], ...rest }: Definition<Label> & { buckets: number[] }) =>
      existing<Histogram<Label>>(rest.name, Histogram<Label>) ??
      new Histogram({ ...rest, labelNames, registers: [registry] }),
    contentType: registry.contentType,
    expose: () => registry.metrics(),
  }
}
