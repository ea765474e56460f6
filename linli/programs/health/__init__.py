"""健康服务: people at severe risk, door-knock rounds, kits, vaccination."""
