package dev.cairn.spring.autoconfigure;

import dev.cairn.Cairn;
import dev.cairn.TraceSource;
import dev.cairn.spring.web.RequestFilter;
import dev.cairn.spring.web.RequestMessageCustomizer;
import jakarta.servlet.DispatcherType;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for one message for each request.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn("requests")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ DispatcherServlet.class, FilterRegistrationBean.class })
@ConditionalOnBean(Cairn.class)
@EnableConfigurationProperties(RequestsProperties.class)
public final class RequestsAutoConfiguration {

	/**
	 * Inside the filters of Sentry's scope and of the observation, which are the first
	 * two, so that the trace is known, and outside of everything else.
	 */
	static final int FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

	@Bean
	@ConditionalOnMissingBean(name = "cairnRequestFilter")
	FilterRegistrationBean<RequestFilter> cairnRequestFilter(Cairn cairn, ObjectProvider<TraceSource> trace,
			ObjectProvider<RequestMessageCustomizer> customizers) {
		FilterRegistrationBean<RequestFilter> registration = new FilterRegistrationBean<>(new RequestFilter(cairn,
				trace.getIfAvailable(() -> TraceSource.NONE), customizers.orderedStream().toList()));
		registration.setOrder(FILTER_ORDER);
		registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
		return registration;
	}

}
