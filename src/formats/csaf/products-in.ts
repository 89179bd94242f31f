import { type JsonObject, listAt, objectAt, textAt } from '../json/shape.ts';

/** A component as part of a platform, where the document relates the two. */
export interface CsafProduct {
  readonly name: string;
  readonly purl: string | null;
  readonly platform: string | null;
}

/**
 * `{"branches":[{"branches":[…],"product":{"product_id":"curl-0:8.1-1.src","name":"…"}}],"relationships":[{"product_reference":
 * "curl-0:8.1-1.src","relates_to_product_reference":"BaseOS-9","full_product_name":{"product_id":"BaseOS-9:curl-0:8.1-1.src"}}]}`:
 * every product id, in whichever of the three places it is defined.
 */
export function productsIn(tree: JsonObject): ReadonlyMap<string, CsafProduct> {
  const products = new Map<string, CsafProduct>();
  const add = (value: unknown) => {
    const product = objectAt(value, 'product');
    const id = textAt(product.product_id, 'product_id');
    if (id === null) return;
    const { purl } = objectAt(product.product_identification_helper, 'product_identification_helper');
    products.set(id, {
      name: textAt(product.name, 'product.name') ?? id,
      purl: textAt(purl, 'product_identification_helper.purl'),
      platform: null,
    });
  };
  for (const product of listAt(tree.full_product_names, 'full_product_names')) add(product);
  addBranches(tree.branches, add);
  addRelationships(tree.relationships, products);
  return products;
}

/** As deep as the text was allowed to be. */
function addBranches(value: unknown, add: (product: unknown) => void): void {
  for (const item of listAt(value, 'branches')) {
    const branch = objectAt(item, 'branches');
    if (branch.product !== undefined) add(branch.product);
    addBranches(branch.branches, add);
  }
}

/** One that builds on another (a module in a repository of a platform) comes after it. */
function addRelationships(value: unknown, products: Map<string, CsafProduct>): void {
  for (const item of listAt(value, 'relationships')) {
    const relationship = objectAt(item, 'relationships');
    const id = textAt(objectAt(relationship.full_product_name, 'full_product_name').product_id, 'product_id');
    const component = products.get(textAt(relationship.product_reference, 'product_reference') ?? '');
    const platform = textAt(relationship.relates_to_product_reference, 'relates_to_product_reference');
    if (id !== null && component !== undefined) products.set(id, { ...component, platform });
  }
}
