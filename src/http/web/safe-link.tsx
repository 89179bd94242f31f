/** A link to a foreign address where it is http or https; anything else stays text. */
export function safeLink(url: string) {
  const isWeb = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isWeb) return <span>{url.slice(0, 500)}</span>;
  return (
    <a href={url} rel="noopener noreferrer nofollow">
      {url.slice(0, 500)}
    </a>
  );
}
