package dev.cairn.spring.notify;

/**
 * Sends notifications to people, such as to a chat. Declare a bean of this type. Each
 * notifier has a daemon thread of Cairn's own and a bounded queue, so it may wait for a
 * network. One call is made at a time. Nothing that the notifier logs, publishes or
 * captures on that thread causes a further notification.
 */
@FunctionalInterface
public interface Notifier {

	/**
	 * Sends a notification. If it throws, it is called again after a pause, three times
	 * in all. After that, the notification is lost and counted as such. The thread is
	 * interrupted when the application stops.
	 * @param notification the notification, whose texts are redacted and bounded
	 * @throws Exception if the notification was not sent
	 */
	void send(Notification notification) throws Exception;

}
