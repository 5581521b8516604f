/** Whether windows can be shown here. On macOS and Windows always; elsewhere X11 or Wayland say so. */
export function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
