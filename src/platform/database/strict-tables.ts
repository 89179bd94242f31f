import {
  type CreateTableNode,
  type DataTypeNode,
  type KyselyPlugin,
  OperationNodeTransformer,
  RawNode,
  type RootOperationNode,
} from 'kysely';

class StrictTables extends OperationNodeTransformer {
  protected override transformCreateTable(node: CreateTableNode): CreateTableNode {
    const table = super.transformCreateTable(node);
    return { ...table, endModifiers: [...(table.endModifiers ?? []), RawNode.createWithSql('strict')] };
  }

  // A strict table knows only SQLite's own type names.
  protected override transformDataType(node: DataTypeNode): DataTypeNode {
    if (node.dataType === 'bigint') return { ...node, dataType: 'integer' };
    return node.dataType === 'bytea' ? { ...node, dataType: 'blob' } : node;
  }
}

/** Makes every table that is created STRICT (https://www.sqlite.org/stricttables.html), so that it refuses values of a wrong type as PostgreSQL does. */
export function strictTables(): KyselyPlugin {
  const transformer = new StrictTables();
  const isSchema = (node: RootOperationNode) => node.kind === 'CreateTableNode' || node.kind === 'AlterTableNode';
  return {
    transformQuery: ({ node, queryId }) => (isSchema(node) ? transformer.transformNode(node, queryId) : node),
    transformResult: async ({ result }) => result,
  };
}
