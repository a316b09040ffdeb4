/**
 * A type that leaves no trace in decorator metadata: modules of the schema name each other in circles, and metadata
 * would read a class before it exists.
 */
export type Ref<Type> = Type
