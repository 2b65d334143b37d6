package dev.cairn.spring.aop;

import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells once of what must not reach the application, whose call it is.
 */
final class Trouble {

	private static final Logger logger = LoggerFactory.getLogger(Trouble.class);

	private static final AtomicBoolean told = new AtomicBoolean();

	private Trouble() {
	}

	static void tell(RuntimeException ex) {
		if (told.compareAndSet(false, true)) {
			logger.warn("Cairn: the end of a call is not recorded: {}", ex.toString());
		}
	}

}
