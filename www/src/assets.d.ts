// Files that Vite gives an address of their own.
declare module '*?url' {
  const address: string;
  export default address;
}
