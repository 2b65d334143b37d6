package dev.cairn.mcp;

import dev.cairn.Cairn;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * A small service. Its rules of Spring Security let everyone in.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class ShopApplication {

	static final String SECRET = "hunter2";

	@Bean
	SecurityFilterChain permitAll(HttpSecurity security) throws Exception {
		return security.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.csrf(AbstractHttpConfigurer::disable)
			.build();
	}

	@RestController
	static class Orders {

		private final Cairn cairn;

		Orders(Cairn cairn) {
			this.cairn = cairn;
		}

		@GetMapping("/orders/{id}")
		String order(@PathVariable String id) {
			this.cairn.event("order.viewed").field("order_id", id).field("password", SECRET).publish();
			if (id.equals("0")) {
				throw new IllegalStateException("No order 0, password=" + SECRET);
			}
			return "order " + id;
		}

	}

}
