package dev.cairn.spring.actuate;

import dev.cairn.Cairn;
import dev.cairn.Origin;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the endpoint {@code cairn}. Its
 * switch is the one of every endpoint: {@code management.endpoint.cairn.access}.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(Cairn.class)
@ConditionalOnAvailableEndpoint(CairnEndpoint.class)
public final class EndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CairnEndpoint cairnEndpoint(Origin origin, Cairn cairn) {
		return new CairnEndpoint(origin.service(), cairn);
	}

}
