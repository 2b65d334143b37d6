package dev.cairn;

import dev.cairn.Ledger.DropReason;

/**
 * Receives the messages that Cairn has accepted and could not deliver, such as to store
 * them elsewhere. Called by a thread of Cairn, one loss at a time, and not by the caller
 * that has published the message. Messages that it publishes are refused. If it is slower
 * than 10,000 losses, further ones are only counted.
 */
@FunctionalInterface
public interface LossListener {

	/**
	 * Called when a message is lost. A message whose transaction was rolled back is not.
	 * @param message the message
	 * @param sink the name of the sink that has lost it
	 * @param reason the reason for the loss
	 */
	void lost(Message message, String sink, DropReason reason);

}
