declare module '*.css' {
  const text: string;
  export default text;
}

/** A part of a language's words; the build makes it. */
declare module '*.js?first' {
  const words: Record<string, string>;
  export default words;
}
declare module '*.js?bench' {
  const words: Record<string, string>;
  export default words;
}
declare module '*.js?rest' {
  const words: Record<string, string>;
  export default words;
}

/** The build puts it in. */
declare const GANVAS_VERSION: string;
/** The site's file that shows a lab by its address; empty: the site itself. */
declare const GANVAS_PAGE: string;
/** A digest of the front end's sources. */
declare const GANVAS_BUILD: string;
/** Whether the site has the CPU module with relaxed SIMD; absent where nothing was built. */
declare const GANVAS_RELAXED: boolean | undefined;
/** Whether it has the one with threads. */
declare const GANVAS_THREADS: boolean | undefined;
