package dev.cairn.spring.tracing;

import com.mongodb.MongoClientSettings;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.data.mongodb.observability.ContextProviderFactory;
import org.springframework.data.mongodb.observability.MongoObservationCommandListener;

/**
 * Adds Spring Data's observation to the settings of clients of MongoDB. The driver has
 * one of its own since 5.7, which Spring Boot 4.0 does not have yet.
 */
final class MongoCommands {

	private MongoCommands() {
	}

	/** The context provider of the application is kept: there is only one. */
	@SuppressWarnings("deprecation")
	static MongoClientSettings observed(MongoClientSettings settings, ObservationRegistry registry) {
		if (settings.getContextProvider() != null || settings.getCommandListeners()
			.stream()
			.anyMatch(MongoObservationCommandListener.class::isInstance)) {
			return settings;
		}
		return MongoClientSettings.builder(settings)
			.contextProvider(ContextProviderFactory.create(registry))
			.addCommandListener(new MongoObservationCommandListener(registry))
			.build();
	}

}
