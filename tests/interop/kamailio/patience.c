/* The server's SQLite driver gives up at once when another of its processes is writing, and the
 * client sees a 500. Loaded before it, this makes every connection wait for up to five seconds.
 * Built by the test fixture: cc -shared -fPIC -o patience.so patience.c -l:libsqlite3.so.0 */
extern int sqlite3_auto_extension(void (*entry)(void));
extern int sqlite3_busy_timeout(void *connection, int milliseconds);

static int wait_for_others(void *connection, char **error, const void *api)
{
	(void)error;
	(void)api;
	return sqlite3_busy_timeout(connection, 5000);
}

__attribute__((constructor)) static void arrange(void)
{
	sqlite3_auto_extension((void (*)(void))wait_for_others);
}
