import type { Shadow } from '../../../pipeline/matching/index.ts';
import { paths } from '../../addresses.ts';
import type { PageContext } from '../context.ts';
import { Empty, Moment } from '../parts.tsx';

/** The channels in which a newer matching algorithm waits for a person. */
export function RescoresPage({
  shadows,
  context,
}: {
  readonly shadows: readonly Shadow[];
  readonly context: PageContext;
}) {
  return (
    <>
      <h1>Rescoring</h1>
      <p class="lead">
        A newer version of the matching first runs in the shadow. What it would change is shown here and waits for a
        person; nothing that is open is hidden meanwhile.
      </p>
      {shadows.length === 0 ? (
        <Empty>
          <p>Nothing waits: every channel is matched by the algorithm of this version of the program.</p>
        </Empty>
      ) : (
        <ol class="rows plain">
          {shadows.map((shadow) => (
            <li>
              <div>
                <a class="name" href={paths.rescore(shadow.channel)}>
                  {shadow.channel}
                </a>
                <p class="sub">{shadowWords(shadow)}</p>
              </div>
              <div class="end soft">
                <Moment at={shadow.comparedAt} now={context.now} />
              </div>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

/** `3 new, 1 gone, 12 answered otherwise; 4 held open until somebody adopts it.` */
export function shadowWords({ appeared, vanished, changed, held }: Shadow): string {
  const parts = [
    ...(appeared === 0 ? [] : [`${appeared} new`]),
    ...(vanished === 0 ? [] : [`${vanished} gone`]),
    ...(changed === 0 ? [] : [`${changed} answered otherwise`]),
  ];
  return `${parts.join(', ')}${held === 0 ? '' : `; ${held} held open until somebody adopts it`}.`;
}
