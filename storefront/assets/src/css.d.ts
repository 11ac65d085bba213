/** A style sheet as text, minified by tools/assets. */
declare module "*.css?inline" {
  const text: string;
  export default text;
}
