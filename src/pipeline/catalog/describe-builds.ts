import { z } from 'zod';
import type { GitRepository } from '../../platform/git/index.ts';
import type { NixTool } from '../../platform/nix-tool/index.ts';
import { nixString, parseAttrPath } from './attr-path.ts';
import { setOf } from './expression.ts';

/** A derivation's attributes as text (lists joined by spaces, `env` among them) and `meta.sourceProvenance`. */
export interface BuildDescription {
  readonly attr: string;
  readonly system: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly provenance: readonly string[];
  /** `outputHashMode` of each source: `flat` is of an archive, anything else of more than that. */
  readonly hashModes: readonly string[];
}

const Descriptions = z.array(
  z.object({
    attr: z.string(),
    system: z.string(),
    attributes: z.record(z.string(), z.string()),
    provenance: z.array(z.string()),
    hashModes: z.array(z.string()),
  }),
);
const timeoutMs = 600_000;

/** What some packages of a commit are built with. Pairs that do not evaluate are left out. */
export async function describeBuilds(options: {
  readonly nix: Pick<NixTool, 'evaluate'>;
  readonly git: Pick<GitRepository, 'withTree'>;
  readonly commitId: string;
  readonly pairs: readonly { readonly attr: string; readonly system: string }[];
  readonly signal?: AbortSignal;
}): Promise<readonly BuildDescription[]> {
  const wanted = options.pairs.flatMap(({ attr, system }) => {
    const names = parseAttrPath(attr);
    return names === null ? [] : [{ attr, system, names }];
  });
  if (wanted.length === 0) return [];
  return options.git.withTree(options.commitId, async (tree) => {
    const text = await options.nix.evaluate({
      expression: describing(tree, wanted),
      readable: [tree],
      timeoutMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return Descriptions.parse(JSON.parse(text));
  });
}

// An attribute that does not evaluate is left out: what is missing is no proof of anything, and the build would fail.
function describing(
  tree: string,
  wanted: readonly { readonly attr: string; readonly system: string; readonly names: readonly string[] }[],
): string {
  return `let
  items = builtins.fromJSON ${nixString(JSON.stringify(wanted))};
  ${setOf(tree)}
  systems = builtins.listToAttrs (map (item: { name = item.system; value = setFor item.system; }) items);
  at = set: names: builtins.foldl' (value: name: value.\${name}) set names;
  text = value:
    if builtins.isString value then builtins.unsafeDiscardStringContext value
    else if builtins.isBool value then (if value then "1" else "")
    else if builtins.isInt value then toString value
    else if builtins.isPath value then baseNameOf value
    else if builtins.isList value then builtins.concatStringsSep " " (map text value)
    else if builtins.isAttrs value && value ? outPath then builtins.unsafeDiscardStringContext (value.name or (toString value))
    else if builtins.isAttrs value then builtins.toJSON (builtins.mapAttrs (_: text) value)
    else "";
  try = default: value: let tried = builtins.tryEval (builtins.deepSeq value value); in if tried.success then tried.value else default;
  flat = drv: let own = removeAttrs drv.drvAttrs [ "env" "args" ]; in own // (if builtins.isAttrs (drv.drvAttrs.env or null) then drv.drvAttrs.env else { });
  describe = item:
    let
      drv = at systems.\${item.system} item.names;
      attrs = flat drv;
      texts = builtins.mapAttrs (name: value: try null (text value)) attrs;
    in {
      inherit (item) attr system;
      attributes = removeAttrs texts (builtins.filter (name: texts.\${name} == null) (builtins.attrNames texts));
      hashModes = try [ ] (map (source: text (source.outputHashMode or "flat"))
        (if drv ? src then [ drv.src ] else if builtins.isList (drv.srcs or null) then drv.srcs else [ ]));
      provenance = try [ ] (map (source: source.shortName or (toString source)) (drv.meta.sourceProvenance or [ ]));
    };
  tried = map (item: builtins.tryEval (let made = describe item; in builtins.deepSeq made made)) items;
in map (result: result.value) (builtins.filter (result: result.success) tried)`;
}
