/** The address of a style sheet, relative to the script that imports it. It is minified by tools/assets and a file of its own. */
declare module "*.css?url" {
  const address: string;
  export default address;
}
