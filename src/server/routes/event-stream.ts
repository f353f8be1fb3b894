// Server-sent events. What is sent while the listener has not taken what came before is joined, so that a slow one gets fewer and larger
// pieces, and costs no more.

/** Where events go. */
export interface EventStream {
  readonly response: Response;
  /** Sends an event's data, a line of JSON. */
  send(data: string): void;
  /** After what was sent. */
  end(): void;
}

/** An answer of events; `gone` is called when nobody listens any more. */
export function eventStream(gone: () => void): EventStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array>;
  let waiting = "";
  let isOver = false;
  const hand = () => {
    const bytes = encoder.encode(waiting);
    // Before it is handed on, whereupon more may be asked for at once.
    waiting = "";
    controller.enqueue(bytes);
  };
  const body = new ReadableStream<Uint8Array>({
    start(own) {
      controller = own;
    },
    pull() {
      if (waiting !== "") hand();
    },
    cancel() {
      isOver = true;
      gone();
    },
  });
  return {
    response: new Response(body, {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-cache",
        // Proxies that gather answers would keep the pieces back.
        "x-accel-buffering": "no",
      },
    }),
    send(data) {
      if (isOver) return;
      waiting += `data: ${data}\n\n`;
      if (controller.desiredSize! > 0) hand();
    },
    end() {
      if (isOver) return;
      isOver = true;
      if (waiting !== "") hand();
      controller.close();
    },
  };
}
