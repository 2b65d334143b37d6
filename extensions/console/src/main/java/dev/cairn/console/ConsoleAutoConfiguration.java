package dev.cairn.console;

import java.time.InstantSource;
import java.util.function.Supplier;

import dev.cairn.ApplicationFrames;
import dev.cairn.Ledger;
import dev.cairn.Origin;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.live.VisitorCounter;
import io.micrometer.observation.ObservationHandler;
import jakarta.servlet.http.HttpServletRequest;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the console and for what it
 * records. Nothing is recorded unless the {@code cairnconsole} endpoint is available.
 */
@AutoConfiguration(before = CairnAutoConfiguration.class)
@ConditionalOnCairn("console")
@ConditionalOnBooleanProperty("cairn.console.enabled")
@ConditionalOnWebApplication
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(ConsoleEndpoint.class)
@EnableConfigurationProperties(ConsoleProperties.class)
public final class ConsoleAutoConfiguration {

	@Bean
	ConsoleEndpoint cairnConsoleEndpoint() {
		return new ConsoleEndpoint();
	}

	@Bean
	Timelines cairnConsoleTimelines(ConsoleProperties properties) {
		return new Timelines(properties.checkedMaxSize());
	}

	@Bean
	RequestFigures cairnConsoleRequestFigures() {
		return new RequestFigures(InstantSource.system());
	}

	@Bean
	EventCounts cairnConsoleEventCounts() {
		return new EventCounts(InstantSource.system());
	}

	@Bean
	IncidentGroups cairnConsoleIncidentGroups(ApplicationFrames application) {
		return new IncidentGroups(application, InstantSource.system());
	}

	@Bean
	Streams cairnConsoleStreams(ConsoleProperties properties) {
		return new Streams(properties.checkedMaxStreams());
	}

	@Bean
	Recorder cairnConsoleRecorder(ConsoleProperties properties, Timelines timelines, RequestFigures figures,
			EventCounts events, IncidentGroups groups, Incidents incidents, Origin origin) {
		return new Recorder(timelines, figures, events, groups, incidents, properties.checkedSlow(), origin);
	}

	static String path(PathMappedEndpoints endpoints) {
		String path = endpoints.getPath(OtherEndpoints.CONSOLE);
		if (path == null) {
			throw new IllegalStateException("The endpoint " + ConsoleEndpoint.ID + " has no path");
		}
		return path;
	}

	private static Supplier<String> path(ObjectProvider<PathMappedEndpoints> endpoints) {
		return SingletonSupplier.of(() -> path(endpoints.getObject()));
	}

	@Bean
	ConsoleApi cairnConsoleApi(ConsoleProperties properties, Timelines timelines, RequestFigures figures,
			EventCounts events, IncidentGroups groups, Streams streams, Ledger ledger, Redactor redactor, Origin origin,
			ApplicationFrames application, Extensions extensions, Environment environment, ResourceLoader resources,
			OtherEndpoints endpoints, ObjectProvider<Instances> instances) {
		LiveFigures live = new LiveFigures(timelines, figures, events, groups, ledger, streams, InstantSource.system());
		String contextPath = environment.getProperty("server.servlet.context-path",
				environment.getProperty("spring.webflux.base-path", ""));
		Views views = new Views(application, properties.checkedSlow(), contextPath, properties.checkedSentryUrl());
		ClassLoader loader = resources.getClassLoader();
		return new ConsoleApi(timelines, events, groups, live, views, redactor, origin,
				(loader != null) ? loader : ConsoleAutoConfiguration.class.getClassLoader(), endpoints, extensions,
				instances.getIfAvailable());
	}

	@Bean
	OtherEndpoints cairnConsoleOtherEndpoints(ObjectProvider<WebEndpointsSupplier> endpoints) {
		return new OtherEndpoints(endpoints::getObject);
	}

	/** Parses what peers answer. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	static class PeersConfiguration {

		@Bean
		Instances cairnConsoleInstances(ConsoleProperties properties, ObjectProvider<InstanceSource> sources,
				ObjectProvider<VisitorCounter.Factory> visitors, OtherEndpoints endpoints, Extensions extensions) {
			Peers peers = new Peers(properties.toInstances(), sources.orderedStream().toList(), extensions);
			VisitorSum sum = new VisitorSum(visitors.getIfAvailable(), extensions);
			return new Instances(peers, new PeerClient(properties.checkedPeersTimeout()), endpoints, new Sums(sum));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationHandler.class)
	static class ObservationConfiguration {

		@Bean
		ObservedSpans cairnConsoleObservedSpans(Recorder recorder) {
			return new ObservedSpans(recorder);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ ObservationHandler.class, HttpServletRequest.class })
	static class ServletObservationConfiguration {

		@Bean
		StreamObservations cairnConsoleStreamObservations(ObjectProvider<PathMappedEndpoints> endpoints) {
			return new StreamObservations(path(endpoints),
					(carrier) -> (carrier instanceof HttpServletRequest request) ? request.getRequestURI() : null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass({ ObservationHandler.class, ServerHttpRequest.class })
	static class ReactiveObservationConfiguration {

		@Bean
		StreamObservations cairnConsoleStreamObservations(ObjectProvider<PathMappedEndpoints> endpoints) {
			return new StreamObservations(path(endpoints),
					(carrier) -> (carrier instanceof ServerHttpRequest request) ? request.getPath().value() : null);
		}

	}

}
