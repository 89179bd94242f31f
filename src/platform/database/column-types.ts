import {
  type ColumnDefinitionNode,
  type CreateTableNode,
  DataTypeNode,
  type KyselyPlugin,
  OperationNodeTransformer,
  RawNode,
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

class BinaryOrder extends OperationNodeTransformer {
  protected override transformColumnDefinition(node: ColumnDefinitionNode): ColumnDefinitionNode {
    const column = super.transformColumnDefinition(node);
    const isText = DataTypeNode.is(column.dataType) && column.dataType.dataType === 'text';
    return isText ? { ...column, dataType: RawNode.createWithSql('text collate "C"') } : column;
  }
}

/** Makes every SQLite table STRICT (https://www.sqlite.org/stricttables.html): it refuses values of a wrong type, as PostgreSQL does. */
export function strictTables(): KyselyPlugin {
  return onSchema(new StrictTables());
}

/** Makes every text column of PostgreSQL sort by its bytes, as SQLite does, whatever the locale of the database. */
export function binaryOrder(): KyselyPlugin {
  return onSchema(new BinaryOrder());
}

function onSchema(transformer: OperationNodeTransformer): KyselyPlugin {
  return {
    transformQuery: ({ node, queryId }) =>
      node.kind === 'CreateTableNode' || node.kind === 'AlterTableNode'
        ? transformer.transformNode(node, queryId)
        : node,
    transformResult: async ({ result }) => result,
  };
}
