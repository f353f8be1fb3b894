/** Lets other tasks of this thread run once. A message, because browsers delay nested timers by 4 ms, and hidden pages by more. */
export async function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  await new Promise<void>((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
  port1.close();
}
