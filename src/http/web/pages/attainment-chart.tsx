import { scaleBand, scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';

const width = 640;
const height = 220;
const margin = { top: 20, right: 12, bottom: 32, left: 54 };
const inner = { right: width - margin.right, bottom: height - margin.bottom };

export interface KeptBar {
  readonly month: string;
  readonly kept: number;
  readonly missed: number;
}

/** Kept and missed side by side: full and hatched, each with its number, so that no colour is needed. */
export function KeptChart({
  bars,
  title,
  hatching,
}: {
  readonly bars: readonly KeptBar[];
  readonly title: string;
  /** The id of the hatching, one of the page. */
  readonly hatching: string;
}) {
  const months = bars.map(({ month }) => month);
  const x = scaleBand(months, [margin.left, inner.right]).paddingInner(0.3).paddingOuter(0.15);
  const most = Math.max(1, ...bars.flatMap(({ kept, missed }) => [kept, missed]));
  const y = scaleLinear([0, most], [inner.bottom, margin.top]);
  const barWidth = Math.min(48, x.bandwidth() / 2);
  return (
    <Chart title={title} y={y} ticks={wholeTicks(most)} label={(value) => String(value)}>
      <defs>
        <pattern id={hatching} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="6" stroke="currentColor" stroke-width="2.5" />
        </pattern>
      </defs>
      {bars.map(({ month, kept, missed }) => {
        const middle = (x(month) ?? 0) + x.bandwidth() / 2;
        return (
          <g>
            <Bar x={middle - barWidth} width={barWidth} y={y(kept)} count={kept} kind="kept" fill="currentColor" />
            <Bar x={middle} width={barWidth} y={y(missed)} count={missed} kind="missed" fill={`url(#${hatching})`} />
            <text x={middle} y={inner.bottom + 22} text-anchor="middle">
              {month}
            </text>
          </g>
        );
      })}
    </Chart>
  );
}

function Bar({
  x,
  y,
  width: barWidth,
  count,
  kind,
  fill,
}: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly count: number;
  readonly kind: 'kept' | 'missed';
  readonly fill: string;
}) {
  if (count === 0) return null;
  return (
    <g class={kind}>
      <rect
        x={x.toFixed(1)}
        y={y.toFixed(1)}
        width={barWidth.toFixed(1)}
        height={(inner.bottom - y).toFixed(1)}
        fill={fill}
        stroke="currentColor"
      />
      <text x={(x + barWidth / 2).toFixed(1)} y={(y - 3).toFixed(1)} text-anchor="middle">
        {count}
      </text>
    </g>
  );
}

export interface DaysPoint {
  readonly month: string;
  readonly medianDays: number | null;
  readonly p90Days: number | null;
}

/** How long fixes take: the median as a full line with dots, the ninth decile dashed with squares. */
export function DaysChart({ points, title }: { readonly points: readonly DaysPoint[]; readonly title: string }) {
  const x = scaleBand(
    points.map(({ month }) => month),
    [margin.left, inner.right],
  );
  const most = Math.max(1, ...points.flatMap(({ medianDays, p90Days }) => [medianDays ?? 0, p90Days ?? 0]));
  const y = scaleLinear([0, most], [inner.bottom, margin.top]).nice(4);
  const at = (month: string) => (x(month) ?? 0) + x.bandwidth() / 2;
  const pathOf = (value: (point: DaysPoint) => number | null) =>
    line<DaysPoint>()
      .defined((point) => value(point) !== null)
      .x((point) => at(point.month))
      .y((point) => y(value(point) ?? 0))
      .digits(1)([...points]) ?? '';
  return (
    <Chart title={title} y={y} ticks={y.ticks(4)} label={(value) => `${value} d`}>
      <path d={pathOf(({ medianDays }) => medianDays)} fill="none" stroke="currentColor" stroke-width="2" />
      <path
        d={pathOf(({ p90Days }) => p90Days)}
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-dasharray="5 4"
      />
      {points.map(({ month, medianDays, p90Days }) => (
        <g>
          {medianDays !== null && <circle cx={at(month)} cy={y(medianDays).toFixed(1)} r="3.5" fill="currentColor" />}
          {p90Days !== null && (
            <rect x={at(month) - 3.5} y={(y(p90Days) - 3.5).toFixed(1)} width="7" height="7" fill="currentColor" />
          )}
          <text x={at(month)} y={inner.bottom + 22} text-anchor="middle">
            {month}
          </text>
        </g>
      ))}
    </Chart>
  );
}

function Chart({
  title,
  y,
  ticks,
  label,
  children,
}: {
  readonly title: string;
  readonly y: (value: number) => number;
  readonly ticks: readonly number[];
  readonly label: (value: number) => string;
  readonly children?: unknown;
}) {
  return (
    <svg class="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
      {ticks.map((value) => (
        <g class="axis">
          <line x1={margin.left} x2={inner.right} y1={y(value).toFixed(1)} y2={y(value).toFixed(1)} />
          <text x={margin.left - 6} y={(y(value) + 4).toFixed(1)} text-anchor="end">
            {label(value)}
          </text>
        </g>
      ))}
      {children}
    </svg>
  );
}

function wholeTicks(most: number): readonly number[] {
  const step = Math.max(1, Math.ceil(most / 4));
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}
