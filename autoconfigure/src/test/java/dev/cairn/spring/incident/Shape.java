package dev.cairn.spring.incident;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handling of a failure by an application before it leaves it.
 */
enum Shape {

	/** It is thrown. */
	PLAIN {

		@Override
		RuntimeException fail(RuntimeException failure) {
			return failure;
		}

	},

	/** It is wrapped twice. */
	WRAPPED {

		@Override
		RuntimeException fail(RuntimeException failure) {
			return new Wrapper("outer", new Wrapper("inner", failure));
		}

	},

	/** It is logged, then its wrapper is thrown. */
	CAUSE_LOGGED_FIRST {

		@Override
		RuntimeException fail(RuntimeException failure) {
			logger.error("it failed", failure);
			return new Wrapper("outer", failure);
		}

	},

	/** Its wrapper is logged, then it is thrown itself. */
	WRAPPER_LOGGED_FIRST {

		@Override
		RuntimeException fail(RuntimeException failure) {
			logger.error("it failed", new Wrapper("outer", failure));
			return failure;
		}

	},

	/** Only its message is logged, then it is thrown. */
	MESSAGE_LOGGED_FIRST {

		@Override
		RuntimeException fail(RuntimeException failure) {
			logger.error("it failed: {}", failure.getMessage());
			return failure;
		}

	},

	/** The application's own advice takes it, and throws another one. */
	RETHROWN_BY_ADVICE {

		@Override
		RuntimeException fail(RuntimeException failure) {
			return new Rethrown(failure);
		}

	};

	private static final Logger logger = LoggerFactory.getLogger("com.example.Shop");

	/**
	 * Do what this shape does.
	 * @param failure the failure
	 * @return what is to be thrown
	 */
	abstract RuntimeException fail(RuntimeException failure);

	@SuppressWarnings("serial")
	static final class Wrapper extends RuntimeException {

		Wrapper(String message, Throwable cause) {
			super(message, cause);
		}

	}

	@SuppressWarnings("serial")
	static final class Rethrown extends RuntimeException {

		Rethrown(Throwable cause) {
			super("to be thrown again", cause);
		}

	}

}
