package dev.onoma.plugins.geoip;

import dev.onoma.api.Query;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.function.Consumer;

/// Says what is known of a client. Nothing is looked up before somebody asks for one of the values.
///
/// @param fromSubnet whether the address of ECS (RFC 7871) counts, if a query has one
record Labels(Database database, boolean fromSubnet) implements Consumer<Query> {
    private static final int OPTION_SUBNET = 8;
    private static final int SUBNET_HEAD_OCTETS = 4;

    @Override
    public void accept(Query query) {
        var place = new Place(database, address(query));
        var schema = database.schema();
        if (schema.place()) {
            query.metadata("geoip/city/name", () -> place.text("city", "names", "en"));
            query.metadata("geoip/country/name", () -> place.text("country", "names", "en"));
            query.metadata("geoip/country/code", () -> place.text("country", "iso_code"));
            query.metadata(
                    "geoip/country/is_in_european_union",
                    () -> place.flag("country", "is_in_european_union"));
            query.metadata("geoip/continent/name", () -> place.text("continent", "names", "en"));
            query.metadata("geoip/continent/code", () -> place.text("continent", "code"));
            query.metadata("geoip/latitude", () -> place.text("location", "latitude"));
            query.metadata("geoip/longitude", () -> place.text("location", "longitude"));
            query.metadata("geoip/timezone", () -> place.text("location", "time_zone"));
            query.metadata("geoip/postalcode", () -> place.text("postal", "code"));
            query.metadata("geoip/subdivisions/code", place::subdivisions);
        }
        if (schema.network()) {
            query.metadata("geoip/asn/number", () -> place.system("autonomous_system_number", "0"));
            query.metadata(
                    "geoip/asn/org", () -> place.system("autonomous_system_organization", ""));
        }
    }

    private InetAddress address(Query query) {
        var client = query.client().getAddress();
        var option = fromSubnet ? query.option(OPTION_SUBNET) : null;
        if (option == null || option.length < SUBNET_HEAD_OCTETS) {
            return client;
        }
        int family = (option[0] & 0xff) << 8 | option[1] & 0xff;
        int octets = family == 1 ? 4 : family == 2 ? 16 : 0;
        if (octets == 0 || option.length > SUBNET_HEAD_OCTETS + octets) {
            return client;
        }
        try {
            return InetAddress.getByAddress(
                    Arrays.copyOfRange(option, SUBNET_HEAD_OCTETS, SUBNET_HEAD_OCTETS + octets));
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 octets are an address", e);
        }
    }
}
