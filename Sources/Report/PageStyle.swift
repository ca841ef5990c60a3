/// How the page looks, by day and by night, on a desk and on a telephone.
enum PageStyle {
    static let text = """
        :root { --ground: #fcfcfb; --ink: #1d2126; --faint: #5c6570; --line: #dfe2e5; --back: #eff1f2;
          --a: #2f6f9f; --b: #c98a1b; --c: #6a9a58; --d: #8d93a0; --bad: #b93a32; --good: #3f7f4a; }
        @media (prefers-color-scheme: dark) { :root { --ground: #15181b; --ink: #e6e9ec; --faint: #9aa4ae;
          --line: #2d3338; --back: #1e2327; --a: #6fb0de; --b: #e0ac4f; --c: #93c47f; --d: #7d8794; --bad: #ef7d73;
          --good: #7fc48b; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem 1rem; max-width: 50rem; background: var(--ground); color: var(--ink);
          font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        h1 { font-size: 1.5rem; margin: 0; }
        h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
        h3 { font-size: .9rem; font-weight: 600; margin: 1rem 0 .4rem; }
        header p, footer, .scale, .axis, dt, th span { color: var(--faint); }
        header p { margin: 0; }
        section { margin: 2rem 0; }
        footer { border-top: 1px solid var(--line); font-size: .85rem; }
        .meaning ul { list-style: none; margin: 0; padding: 0; }
        .meaning li { border-left: 4px solid var(--d); padding: .3rem .75rem; margin: .5rem 0; background: var(--back); }
        .meaning li.bad { border-color: var(--bad); }
        .meaning li.good { border-color: var(--good); }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .75rem; margin: 0; }
        .cards div { display: flex; flex-direction: column-reverse; justify-content: flex-end; background: var(--back);
          padding: .6rem .75rem; }
        dt { font-size: .8rem; line-height: 1.3; }
        dd { margin: 0; font-size: 1.4rem; }
        table { width: 100%; border-collapse: collapse; font-size: .9rem; }
        th, td { padding: .3rem 0 .3rem .6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th[scope=row] { padding-left: 0; text-align: left; font-weight: 400; white-space: normal; }
        th[scope=col] { font-weight: 400; color: var(--faint); }
        td.wide { width: 45%; }
        svg { display: block; width: 100%; }
        .columns { height: 8rem; }
        .bar { height: .9rem; }
        .scale, .axis { font-size: .8rem; margin: .25rem 0; }
        .axis { display: flex; justify-content: space-between; }
        .ends span { flex: 1; text-align: right; }
        .legend { list-style: none; margin: .5rem 0 0; padding: 0; font-size: .9rem; }
        .key { display: inline-block; width: .8em; height: .8em; background: var(--d); }
        .key.a { background: var(--a); } .key.b { background: var(--b); } .key.c { background: var(--c); }
        .key.bad { background: var(--bad); }
        rect.a { fill: var(--a); } rect.b { fill: var(--b); } rect.c { fill: var(--c); } rect.d { fill: var(--d); }
        rect.bad { fill: var(--bad); } rect.back { fill: transparent; } g:hover rect.back { fill: var(--back); }
        @media (max-width: 30rem) { td.wide { width: 26%; } th, td { padding-left: .4rem; } table { font-size: .85rem; } }

        """
}
