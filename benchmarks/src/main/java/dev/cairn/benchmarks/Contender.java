package dev.cairn.benchmarks;

/**
 * The ways to publish that are compared.
 */
public enum Contender {

	/** Cairn, through its own thread to a broker. */
	CAIRN {
		@Override
		Publisher open(String bootstrapServers) {
			return CairnPublisher.toKafka(bootstrapServers);
		}
	},

	/** Cairn with a destination that takes everything at once: the engine alone. */
	CAIRN_NOOP_SENDER {
		@Override
		Publisher open(String bootstrapServers) {
			return CairnPublisher.to(new NoopSender());
		}
	},

	/**
	 * Cairn without a listener. There is no such run of the template: each of its calls
	 * would block for {@code max.block.ms}, a minute.
	 */
	CAIRN_BROKER_DOWN {
		@Override
		Publisher open(String bootstrapServers) {
			return CairnPublisher.toNobody();
		}
	},

	/** Spring's template; its serializer turns the order into JSON. */
	TEMPLATE_JSON {
		@Override
		Publisher open(String bootstrapServers) {
			return TemplatePublisher.json(bootstrapServers);
		}
	},

	/** Spring's template; the caller turns the order into a JSON text. */
	TEMPLATE_STRING {
		@Override
		Publisher open(String bootstrapServers) {
			return TemplatePublisher.string(bootstrapServers);
		}
	},

	/** Spring's template; the caller builds the message that Cairn would send. */
	TEMPLATE_SAME_MESSAGE {
		@Override
		Publisher open(String bootstrapServers) {
			return TemplatePublisher.sameMessage(bootstrapServers);
		}
	},

	/** Spring's template with JSON that was made beforehand: its least. */
	TEMPLATE_BYTES {
		@Override
		Publisher open(String bootstrapServers) {
			return TemplatePublisher.bytes(bootstrapServers);
		}
	};

	/**
	 * Open it.
	 * @param bootstrapServers where the broker is, for those that need one
	 * @return the publisher, warm enough to have its connection
	 * @throws IllegalStateException when there is no broker
	 */
	abstract Publisher open(String bootstrapServers);

}
