// Follows a show's seats over a WebSocket, and asks every few seconds while there is none.

import type { Frame } from "./contract";

export interface Follower {
  /** The version that is known, -1 for none. */
  version: number;
  /** Takes a frame in. False means that one before it is missing. */
  apply(frame: Frame): boolean;
  /** Is told whether what one sees is up to date. */
  live(is: boolean): void;
}

const SECOND = 1000;

/** Follows until the function that is returned is called. Without an address for a socket it polls alone. */
export function follow(socketAt: string | null, pollAt: string, to: Follower): () => void {
  let socket: WebSocket | undefined, timer = 0, tries = 0, over = false;

  const address = (path: string) => {
    const url = new URL(path, location.href);
    if (to.version >= 0) url.searchParams.set("since", String(to.version));
    return url;
  };

  const take = (frame: Frame) => {
    const taken = to.apply(frame);
    if (!taken) to.version = -1;
    return taken;
  };

  const connect = () => {
    if (over) return;
    if (!socketAt) return again();
    const url = address(socketAt);
    url.protocol = url.protocol.replace("http", "ws");
    socket = new WebSocket(url);
    socket.onopen = () => to.live(true);
    socket.onmessage = (event) => {
      tries = 0;
      to.live(true);
      if (!take(JSON.parse(event.data))) socket?.close();
    };
    socket.onclose = again;
  };

  // Comes back later and later, and asks in between, so that nobody looks at old seats.
  const again = () => {
    if (over) return;
    if (socketAt) to.live(false);
    tries++;
    timer = setTimeout(async () => {
      if (!document.hidden) await poll();
      connect();
    }, (socketAt ? Math.min(15, 2 ** tries / 2) : 5) * (.7 + Math.random() * .6) * SECOND);
  };

  const poll = async () => {
    try {
      const answer = await fetch(address(pollAt));
      for (const frame of (await answer.json()).frames) if (!take(frame)) break;
      if (!socketAt) to.live(true);
    } catch {
      to.live(false); // without a network there is nothing to show; the next try comes
    }
  };

  // A socket may take minutes to notice that there is no network any more.
  const off = new AbortController(), { signal } = off;
  addEventListener("offline", () => to.live(false), { signal });
  addEventListener("online", () => socket?.close(), { signal });

  connect();
  return () => {
    over = true;
    off.abort();
    clearTimeout(timer);
    socket?.close();
  };
}
